"""What may not be told of few people: what is hidden beside a small count, and the audit that tries to find it."""
