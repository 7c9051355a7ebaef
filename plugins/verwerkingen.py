"""What Airflow loads from its folder of plugins: the page with the runs of each purpose. Wiring only."""

from samenloop.airflow_plugin import SamenloopPlugin

__all__ = ["SamenloopPlugin"]
