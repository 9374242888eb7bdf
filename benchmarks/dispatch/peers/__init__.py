"""Programs that answer a task, each in a process of its own; they share no code with ours."""
