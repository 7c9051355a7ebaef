"""The application: steps that open, call a stage and save with a log entry; command line, settings, storage."""
