"""The engine of ``python -m asyncshim``: from the files of a project to bytes on disk, and back again.

It knows nothing about tests or rules: those live in ``asyncshim_codemods``.
"""
