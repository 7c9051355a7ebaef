"""Charts of a publication as data: an accessible SVG, the Vega-Lite spec of the same figures, and a sentence each."""

from outputs.publication.charts.chart import Chart
from outputs.publication.charts.page_charts import charts_for

__all__ = ["Chart", "charts_for"]
