"""What may not be told of few people: the floor, the cells hidden beside a small one, and the audit that tries to solve"""
