"""Tables, their protection, the publication and the processing log."""
