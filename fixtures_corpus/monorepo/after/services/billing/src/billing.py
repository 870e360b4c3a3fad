"""Invoices that fall due."""


class Invoice:
    def __init__(self, clock, amount, days=30):
        self.clock = clock
        self.amount = amount
        self.days = days
        self.overdue = False

    async def watch(self):
        await self.clock.sleep(self.days)
        self.overdue = True
