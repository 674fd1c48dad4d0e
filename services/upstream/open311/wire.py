"""Records as they cross the wire: msgspec structs loose enough for real servers, and strict about everything else."""

from __future__ import annotations

import msgspec

Scalar = str | int | float | bool | None
Nest = str | int | float | bool | None | list[object] | dict[str, object]


class WireRequest(msgspec.Struct):
    """GET requests: one record."""

    service_request_id: Scalar = None
    token: Scalar = None
    status: Scalar = None
    status_notes: Nest = None
    status_note: Nest = None
    service_name: Scalar = None
    service_code: Scalar = None
    title: Scalar = None
    description: Scalar = None
    agency_responsible: Nest = None
    requested_datetime: Scalar = None
    updated_datetime: Scalar = None
    expected_datetime: Scalar = None
    address: Scalar = None
    address_string: Scalar = None
    zipcode: Scalar = None
    lat: Scalar = None
    long: Scalar = None
    media_url: Nest = None
    detailed_status: Scalar = None
    source: Scalar = None
    interface_used: Scalar = None
    extended_attributes: Nest = None
    notes: Nest = None


class WireService(msgspec.Struct):
    """GET services: one record."""

    service_code: Scalar
    service_name: Scalar = None
    description: Scalar = None
    metadata: Scalar = None
    keywords: Nest = None
    group: Nest = None
    groups: Nest = None


class WireAttribute(msgspec.Struct):
    """GET services/{code}: one question."""

    code: Scalar = None
    datatype: Scalar = None
    description: Scalar = None
    datatype_description: Scalar = None
    variable: Scalar = None
    required: Scalar = None
    order: Scalar = None
    values: Nest = None


class WireUpdate(msgspec.Struct):
    """GET servicerequestupdates (or comments, or notes): one record."""

    update_id: Scalar = None
    id: Scalar = None
    service_request_id: Scalar = None
    status: Scalar = None
    description: Scalar = None
    comment: Scalar = None
    summary: Scalar = None
    updated_datetime: Scalar = None
    datetime: Scalar = None


class WireReceipt(msgspec.Struct):
    """What a POST is answered with."""

    service_request_id: Scalar = None
    token: Scalar = None
    update_id: Scalar = None
    service_notice: Scalar = None
    status: Scalar = None
    requested_datetime: Scalar = None
    description: Scalar = None
