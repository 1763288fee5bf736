"""The pages of holders who are logged in."""
