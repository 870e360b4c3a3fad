import nox


@nox.session
def tests(session):
    session.install("pytest", "pytest-asyncio", ".")
    session.run("pytest")
