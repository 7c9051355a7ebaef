"""A signed purpose as an entry of the register of processing activities (AVG 30) and as sections of the DPIA form."""
