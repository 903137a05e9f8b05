"""What a run goes by: its claim and progress, the rows it rejects, the thread that reads ahead."""
