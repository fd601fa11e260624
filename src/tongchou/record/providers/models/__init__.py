"""Institutions, clinicians, agreements."""

from tongchou.record.providers.models.agreement import Agreement, Step, Suspension
from tongchou.record.providers.models.clinician import Clinician, Deduction, Practice, Stop
from tongchou.record.providers.models.institution import Campus, Department, Institution, Level

__all__ = [
    "Agreement",
    "Campus",
    "Clinician",
    "Deduction",
    "Department",
    "Institution",
    "Level",
    "Practice",
    "Step",
    "Stop",
    "Suspension",
]
