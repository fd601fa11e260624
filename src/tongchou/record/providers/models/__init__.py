"""Institutions, clinicians, agreements."""

from tongchou.record.providers.models.agreement import Agreement, Budget, Step, Suspension
from tongchou.record.providers.models.clinician import Clinician, Deduction, PointsCase, Practice, Stop
from tongchou.record.providers.models.institution import Campus, Department, Institution, Level

__all__ = [
    "Agreement",
    "Budget",
    "Campus",
    "Clinician",
    "Deduction",
    "Department",
    "Institution",
    "Level",
    "PointsCase",
    "Practice",
    "Step",
    "Stop",
    "Suspension",
]
