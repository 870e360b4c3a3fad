"""The engine of ``python -m asyncshim``: it reads a project, runs the rules, writes the changes and undoes them.

The rules are in ``asyncshim_codemods``.
"""
