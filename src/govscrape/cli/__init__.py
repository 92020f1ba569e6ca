"""The command line: one thin file per verb.

Only here are logs set up and colours chosen; results go to stdout, everything else to stderr.
"""
