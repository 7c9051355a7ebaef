"""Whole runs, by command line and by Airflow, on a synthetic delivery, judged by what they leave behind."""
