"""Whether a package can be assessed: its schemes, dates, names and reports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches

from speccom.methods.incentive.contract import Agreement, IncentiveInput, Report
from speccom.methods.incentive.rules import Package, Unit
from speccom.methods.method import Refused
from speccom.methods.periods import financial_year
from speccom.methods.words import counted, listed, pounds, spoken


def package(given: IncentiveInput) -> Package:
    """Return the package of a provider's role and contract, and check all that it holds. Raises Refused."""
    found = _package(given)
    if len(given.agreements) > found.most_schemes:
        raise Refused(
            f"the package holds {counted(len(given.agreements), 'scheme')}, and one of a contract worth "
            f"{pounds(given.contract_value_pence)} holds at most {found.most_schemes}",
            where=given.provider,
            mend="Leave some out, or check the contract value",
        )
    if not given.agreements:
        raise Refused("the package holds no scheme", where=given.provider, mend="Give its agreements")
    if given.outturn_contract_value_pence is not None and given.reported_to < 4:
        raise _too_early("the contract's value at the year's end is given", given, given.provider)
    for agreement in given.agreements:
        _check_agreement(agreement, given)
    for report in given.reports:
        _check_report(report, given)
    return found


def _package(given: IncentiveInput) -> Package:
    rows = [each for each in given.rules.packages if each.role == given.role]
    if not rows:
        roles = listed(sorted({each.role for each in given.rules.packages}), "or")
        raise Refused(f"there is no package for the role `{given.role}`", mend=f"A role is {roles}")
    reached = [each for each in rows if each.contract_at_least_pounds * 100 <= given.contract_value_pence]
    if not reached:
        least = min(each.contract_at_least_pounds for each in rows)
        raise Refused(
            f"its contract is worth {pounds(given.contract_value_pence)}, "
            f"and packages begin at {pounds(least * 100)}",
            where=given.provider,
            mend="Check the contract value, in pence",
        )
    return max(reached, key=lambda each: each.contract_at_least_pounds)


def _check_agreement(agreement: Agreement, given: IncentiveInput) -> None:
    schemes = {each.scheme: each for each in given.rules.schemes}
    scheme = schemes.get(agreement.scheme)
    if scheme is None:
        raise _unknown("scheme", agreement.scheme, schemes, "")
    if [each.scheme for each in given.agreements].count(agreement.scheme) > 1:
        raise Refused("the scheme is agreed twice", where=agreement.scheme, mend="Give each scheme once")
    if given.provider_kind not in scheme.providers:
        raise Refused(
            f"it is for providers of the kind {listed(scheme.providers, 'or')}, "
            f"and this one's kind is {given.provider_kind}",
            where=agreement.scheme,
            mend="Leave the scheme out, or check the provider's kind",
        )
    last = date(financial_year(given.on) + 1, 3, 31)
    if agreement.signed_on > last:
        raise Refused(
            f"it was signed on {spoken(agreement.signed_on)}, after the year that is assessed "
            f"had ended on {spoken(last)}",
            where=agreement.scheme,
            mend="Check the day of signature, or the year",
        )
    for names in (agreement.figures, agreement.outturn):
        _check_names(names, given, agreement.scheme, agreement.scheme)
    if agreement.outturn and given.reported_to < 4:
        raise _too_early("figures of the outturn are given", given, agreement.scheme)


def _too_early(what: str, given: IncentiveInput, where: str) -> Refused:
    return Refused(
        f"{what}, and reports were assessed to quarter {given.reported_to} only",
        where=where,
        mend="Give it at the year's end, with the fourth quarter",
    )


def _check_report(report: Report, given: IncentiveInput) -> None:
    where = f"{report.scheme}, quarter {report.quarter}"
    if report.scheme not in {each.scheme for each in given.agreements}:
        raise Refused(
            "there is a report of a scheme that was not agreed",
            where=where,
            mend="Add the agreement of the scheme",
        )
    if sum((each.scheme, each.quarter) == (report.scheme, report.quarter) for each in given.reports) > 1:
        raise Refused(
            "there are two reports of one quarter", where=where, mend="Give one, with all that it holds"
        )
    if report.quarter > given.reported_to:
        raise Refused(
            f"there is a report, and reports were assessed to quarter {given.reported_to} only",
            where=where,
            mend="Leave it out, or set the last quarter that was assessed",
        )
    _check_names(report.figures, given, report.scheme, where)
    _check_names(report.evidence, given, report.scheme, where, evidence=True)


def _check_names(
    names: Iterable[str], given: IncentiveInput, scheme: str, where: str, *, evidence: bool = False
) -> None:
    known = {each.figure: each.unit for each in given.rules.figures}
    used = given.rules.names_of(scheme)
    for name in names:
        if name not in known:
            raise _unknown("figure", name, known, where)
        if name not in used:
            raise Refused(
                f"`{name}` is given, and the scheme does not use it",
                where=where,
                mend="Leave it out, or give it to the scheme that uses it",
            )
        if (known[name] is Unit.EVIDENCE) != evidence:
            is_, as_ = ("a figure", "evidence") if evidence else ("evidence", "a figure")
            raise Refused(
                f"`{name}` is {is_}, and it was given as {as_}", where=where, mend=f"Give it as {is_}"
            )


def _unknown(what: str, name: str, known: Iterable[str], where: str) -> Refused:
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return Refused(
        f"these rules know no {what} `{name}`{meant}",
        where=where,
        mend=f"Write the {what} as the rules name it",
    )
