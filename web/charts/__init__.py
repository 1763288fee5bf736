"""Charts: values in, one SVG out that stands in a page without script or style of its own."""
