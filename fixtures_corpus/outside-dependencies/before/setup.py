from setuptools import setup

setup(
    name="greeter",
    py_modules=["greeter"],
    extras_require={"test": ["pytest", "pytest-asyncio"]},
)
