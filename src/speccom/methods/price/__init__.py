"""What a spell, an attendance or a row of activity is paid, with every component shown, to the penny.

**The question.** What is a line of specialised activity worth at the prices of its day, and what is paid
for it under the basis that its contract has?

**The price of one unit**, part by part; each part is rounded to the penny, halves away from nought:

1. *Base*: the one price that the setting has. Day case: the day-case price, else the combined one;
   elective: the elective price, else the combined one; emergency and other non-elective: the non-elective
   price; regular attendances: only the groups that the rules name; outpatient, unbundled and year of care:
   their own. A month of a year of care is the difference of two rounded running twelfths, so that twelve
   months come to the year's price.
2. *Best practice*: the additions that the line claims.
3. *Short stay*: an emergency of fewer adjusted days than the rules say, at their age or above, in a group
   that has a short-stay share: base × share − base. Adjusted days = length of stay − critical care −
   rehabilitation − palliative days.
4. *Long stay*: max(0, adjusted days − trim point) × daily rate.
5. *Top-up*, by service line, for admitted care only and for eligible providers: (1 + 2 + 3 + 4) × rate, and
   a fixed addition where the line has one.
6. *Market forces*: (1 + ... + 5) × (the provider's index − 1).

**Besides**, for the line: critical care at a local price of its weighted days (days with advanced
respiratory support and other days each have their weight), and what is paid at cost, such as excluded drugs
and devices. Neither has a top-up or market forces.

**Under the payment basis**, from the rules by setting, or by service line where it has its own:

- by the unit: price × units;
- block: the agreed sum, whatever the activity;
- fixed and variable: the fixed sum + (units − planned units) × price × the share above or below plan.

The difference between what is paid and what the units are worth is a component as well, so that the
components always come to the payment exactly.

**Sources.** Shape of the formula: NHS England's public code for re-pricing 2020/21 activity, and the
derivations of its national data repository (NCDR). Prices, trim points, top-ups, market forces and bases
are a dated rulebook.

**Known quirks.** The public code multiplies base, top-up and market forces and rounds once at the end; the
repository rounds each part, as is done here, because only then do the shown parts come to the payment: the
two can differ by a penny. The public code takes an activity of 0 as 1; here 0 units are worth nothing. A
line without a price is paid last year's cost times a factor where the rules have one, with no top-up or
market forces on it, because the cost already held them; without a factor it is refused. A group's price is
taken as given: nothing is grouped here.

**Errors.** It refuses a date outside its prices, a line that is there twice, a group without a price in its
setting, a provider without market forces, an unknown best practice addition, days that contradict each
other, a length of stay for several units, a short stay without an age, a block or a fixed sum without the
sum, a variable part without a plan, and a critical care group without a weight. Private patients, unseen
outpatients and other exclusions are kept, unpaid, with the reason.
"""

from speccom.methods.method import Method
from speccom.methods.price.calculation import price
from speccom.methods.price.explanation import explain, picture
from speccom.methods.price.lines import PriceInput, PriceResult
from speccom.methods.price.sample import REFUSALS, example

__all__ = ["METHOD", "explain", "picture", "price"]

METHOD = Method(
    name="price",
    title="Price",
    takes=PriceInput,
    gives=PriceResult,
    calculate=price,
    explain=explain,
    example=example,
    refusals=REFUSALS,
    picture=picture,
    rules="prices",
)
