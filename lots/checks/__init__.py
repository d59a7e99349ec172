"""Judgements on a competition. They read and judge; they never write."""
