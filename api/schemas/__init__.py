"""What requests and answers look like. One rule: what a schema allows is answered, what it forbids is refused."""
