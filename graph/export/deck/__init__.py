"""The picture as slides (PPTX): native charts and tables that people may edit afterwards."""
