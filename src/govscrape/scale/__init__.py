"""Extraction of archives too large for one machine: WARC files in, partitioned Parquet out, by dask.

The extra ``scale`` brings what this needs. A piece of work is a range of bytes of one file; what it gives lies in files
named by a digest of that range, the rules and the code, and its entry in the manifest is written last. So any piece may
be done twice, by whichever machine, and a run that was broken off goes on where it stopped.
"""

from govscrape.scale.run import extract_archives

__all__ = ["extract_archives"]
