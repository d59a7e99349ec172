"""The living demonstration: invented people and organisations, brought to life by the actions."""
