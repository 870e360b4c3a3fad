"""The rules, one per module; :mod:`asyncshim_codemods.registry` finds them by walking this package."""
