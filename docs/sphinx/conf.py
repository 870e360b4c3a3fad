"""Settings of Sphinx for the site; `python docs/build.py --site FOLDER` makes it."""

from importlib.metadata import version as installed_version

project = "asyncshim"
author = "The asyncshim developers"
version = release = installed_version("asyncshim")
extensions = ["myst_parser"]
root_doc = "index"
html_theme = "furo"  # light and dark, by the setting of the system or by a button
html_title = "asyncshim"
html_copy_source = False
html_show_sphinx = False
myst_enable_extensions = ["attrs_inline"]
myst_heading_anchors = 4  # those that code hosts make, so that a link works in both places
myst_links_external_new_tab = False
