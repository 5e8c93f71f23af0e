"""The products workbench: staff read, compare, upload, check, approve, publish and withdraw versions."""
