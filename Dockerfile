# Built from the same lock as the checkout. One rule: nothing runs as root, nothing is downloaded at start.
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/opt/salesbell UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv==0.13.8
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project
COPY core core
COPY api api
COPY bot bot
RUN uv sync --locked --no-dev --no-editable

FROM python:3.11-slim-bookworm
# The fonts the pictures need travel with the program; this one is for scripts they do not have.
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /data salesbell
COPY --from=build /opt/salesbell /opt/salesbell
ENV PATH=/opt/salesbell/bin:$PATH PYTHONUNBUFFERED=1 SALESBELL_LOG_FORMAT=json
USER salesbell
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ.get('SALESBELL_PORT', 8080)}/api/health\", timeout=4)"]
# The first process of a container is deaf to signals it did not ask for, as until Python has loaded; tini is not.
ENTRYPOINT ["tini", "--", "salesbell"]
CMD ["run"]
