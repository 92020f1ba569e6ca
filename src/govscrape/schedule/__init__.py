"""Running unattended: who is due, who is at work, what is wrong, and whom to tell. The decisions are pure."""
