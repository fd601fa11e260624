"""All messages, gathered from the rooms that raise them. A code belongs to exactly one room."""

from __future__ import annotations

from importlib import import_module

from tongchou.ground.entry import Entry

_ROOMS = (
    "tongchou.ground.tables.messages",  # T: tables read from files
    "tongchou.ground.region.messages",  # R: the form of a region folder
    "tongchou.ground.lint.messages",  # L and W: what lint finds in one that is well formed
    "tongchou.ground.claim_messages",  # C: a claim that cannot be settled
    "tongchou.ground.contribution_messages",  # P: contributions, accounts, years and entitlement
    "tongchou.ground.lake_messages",  # K: a lake, or states, that cannot be read
    "tongchou.ground.access_messages",  # A: who may do what, and the trail
    "tongchou.ground.people_messages",  # P: persons and households
    "tongchou.ground.enrolment_messages",  # E: enrolment and entitlement
    "tongchou.ground.pack_messages",  # G: packs in force
    "tongchou.ground.account_messages",  # B: personal accounts in the record
    "tongchou.ground.receipt_messages",  # J: orders, receipts and refunds in the record
    "tongchou.ground.filing_messages",  # F: filings and their evidence
    "tongchou.ground.provider_messages",  # H: institutions, clinicians, agreements
    "tongchou.ground.catalogue_messages",  # K: catalogues of items, and mappings onto them
    "tongchou.ground.upload_messages",  # U: uploaded files
    "tongchou.ground.settlement_messages",  # V: visits and their settlement
    "tongchou.ground.verification_messages",  # V4: what does not hold in the record
    "tongchou.ground.visit_messages",  # V2: registering and charging visits, manual claims
    "tongchou.ground.batch_messages",  # V5: settled in bulk and posted
    "tongchou.ground.grouping_messages",  # D: grouping schemes and records
    "tongchou.ground.payment_messages",  # Y: paying institutions
    "tongchou.ground.dip_messages",  # D3: DIP declarations, discharges and catalogues
    "tongchou.ground.ledger_messages",  # M1: the books
    "tongchou.ground.disbursement_messages",  # M2: payment orders
    "tongchou.ground.matching_messages",  # M3: the daily match
    "tongchou.ground.month_messages",  # M4: the month of an institution
    "tongchou.ground.clearing_messages",  # M5: the clearing of a year in the record
    "tongchou.ground.negotiation_messages",  # Q: quotas of institutions
    "tongchou.ground.interface_messages",  # N: the interface of institutions
    "tongchou.ground.exchange_messages",  # N3: files, catalogues, mappings, departments, stock
    "tongchou.ground.list_messages",  # N35 to N39: settlement lists
    "tongchou.ground.reckoning_messages",  # I: budgets, indicators, rewards, grades, targets
    "tongchou.ground.server_messages",  # S: the server, its database and keys
)


def _gather() -> dict[str, Entry]:
    gathered: dict[str, Entry] = {}
    for room in _ROOMS:
        for code, entry in import_module(room).MESSAGES.items():
            if code in gathered:
                raise ValueError(f"message code {code} is written twice")
            gathered[code] = entry
    return gathered


CATALOGUE: dict[str, Entry] = _gather()
