"""What operators see: metrics, traces and logs. Never the text of a prompt, unless asked."""
