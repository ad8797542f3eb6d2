"""What is talked about more than usual."""
