"""The web page: play, hear, see and steer a set in the browser."""
