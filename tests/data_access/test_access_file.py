"""The access file: what it grants, and in which words it is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from data_access.accounts.access import (
    account_from,
    group_names,
    load_access,
    note_change,
    rules_from,
)
from data_access.accounts.audit import audit_log
from data_access.site.settings import ROOT, Settings
from kpi.scope.access import EVERYTHING, NOTHING, Role, Scope
from kpi.vocabulary.errors import InputError

_FILE = """
[sign_in]
group_claim = "realm_access.roles"
idle_minutes = 20
[groups."leaders"]
roles = ["leader"]
[groups."bureau-321322"]
roles = ["county"]
divisions = ["321322"]
[accounts."Admin@Example.gov.cn"]
roles = ["administrator"]
[accounts."u7"]
roles = ["staff", "administrator"]
"""
_RULES = rules_from(tomllib.loads(_FILE))


def test_groups_are_found_under_a_nested_claim() -> None:
    access = _RULES.access({"sub": "u1",
                            "realm_access": {"roles": ["bureau-321322", "something else"]}})
    assert access.roles == {Role.COUNTY}
    assert access.scope == Scope(False, ("321322",))


def test_a_department_is_given_by_its_name() -> None:
    rules = rules_from(tomllib.loads(
        '[groups.farm]\nroles = ["department"]\ndepartments = ["市农业农村局"]'))
    access = rules.access({"sub": "u", "roles": ["farm"]})
    assert access.departments == {"市农业农村局"}
    assert not access.divisions


def test_groups_and_accounts_add_up() -> None:
    access = _RULES.access({"sub": "u7", "realm_access": {"roles": ["leaders"]}})
    assert access.roles == {Role.LEADER, Role.STAFF, Role.ADMINISTRATOR}
    assert access.scope == EVERYTHING


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"sub": ""},
        {"sub": "u2"},
        {"sub": "u2", "realm_access": {"roles": []}},
        {"sub": "u2", "realm_access": "leaders2"},
        {"sub": "u2", "roles": ["leaders"]},
        {"sub": "u2", "realm_access": {"roles": [None, 3, {"leaders": 1}]}},
        {"sub": "leaders"},
        {"sub": "u2", "name": "u7"},
        {"sub": "u2", "email": ["u7"]},
    ],
)
def test_whoever_no_entry_fits_may_do_nothing(claims: dict[str, object]) -> None:
    access = _RULES.access(claims)
    assert not access.permissions
    assert access.scope == NOTHING


def test_an_email_is_compared_whatever_its_capitals() -> None:
    assert _RULES.access({"sub": "x", "email": "admin@EXAMPLE.gov.cn"}).roles == {
        Role.ADMINISTRATOR}


def test_an_address_the_provider_could_not_verify_is_nobodys() -> None:
    assert not _RULES.access({"sub": "x", "email": "admin@example.gov.cn",
                              "email_verified": False}).roles
    assert account_from({"sub": "x", "email": "a@b.cn", "email_verified": False}).label == "x"


def test_a_claim_whose_name_has_dots_is_taken_as_it_stands() -> None:
    assert group_names({"https://site/roles.list": ["a"]}, "https://site/roles.list") == ("a",)
    assert group_names({"roles": "a"}, "roles") == ("a",)


def test_without_a_file_nobody_may_do_anything(tmp_path: Path) -> None:
    rules = load_access(Settings(tmp_path, tmp_path, {}))
    assert not rules.access({"sub": "u7", "roles": ["leaders"],
                             "email": "admin@example.gov.cn"}).permissions


def test_the_example_that_comes_with_the_program_is_a_good_file() -> None:
    rules = rules_from(tomllib.loads((ROOT / "config" / "access.example.toml").read_text(
        encoding="utf-8")))
    assert rules.divisions == {"321322"}


@pytest.mark.parametrize(("text", "said"), [
    ('[group."a"]\nroles=["leader"]', "[group] 不认识"),
    ('groups = "a"', "groups 应是表"),
    ('[groups.a]\nroles=["boss"]', "角色 boss 不认识"),
    ('[groups.a]\nroles="leader"', "[groups.a] roles 应是文字列表"),
    ("[groups.a]", "没有写 roles"),
    ('[groups.a]\nroles=["county"]', "county 角色要同时写 divisions"),
    ('[groups.a]\nroles=["leader"]\ndivisions=["321322"]', "county 角色要同时写 divisions"),
    ('[groups.a]\nrole=["leader"]', "只能写 roles 和 divisions"),
    ('[accounts]\na = "leader"', "accounts.a"),
    ('[groups.a]\nroles=["department"]', "department 角色要同时写 departments"),
    ('[groups.a]\nroles=["leader"]\ndepartments=["市商务局"]', "department 角色要同时写 departments"),
    ('[groups.a]\nroles=["department"]\ndepartments="市商务局"', "departments 应是文字列表"),
    ('[groups.a]\nroles=["department"]\ndepartments=[" "]', "departments 中有空白的文字"),
    ("[sign_in]\nidle_minutes = 0", "idle_minutes = 0 不应小于 1"),
    ("[sign_in]\nidle_minutes = true", "idle_minutes"),
    ('[sign_in]\ngroup_claim = ""', "缺少文字 group_claim"),
    ("[sign_in]\ngroup_claim = 3", "group_claim 应是文字"),
    ('sign_in = "a"', "sign_in 应是表"),
    ('[groups.a]\nroles=[""]', "[groups.a] roles 中有空白的文字"),
    ("[audit]\nmonths = 5", "months = 5 不应小于 6"),
])
def test_a_bad_file_is_refused_in_one_sentence_that_names_what_to_mend(
        text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        rules_from(tomllib.loads(text))
    sentence = str(refused.value)
    assert said in sentence
    assert "access.toml" in sentence
    assert sentence.endswith("。")
    assert "\n" not in sentence


def test_every_edit_of_the_file_is_in_the_audit_log_once(tmp_path: Path) -> None:
    settings, log = Settings(tmp_path, tmp_path, {}), audit_log(tmp_path)
    note_change(settings, log)
    (tmp_path / "access.toml").write_text(_FILE, encoding="utf-8")
    note_change(settings, log)
    note_change(settings, log)
    (tmp_path / "access.toml").write_text(_FILE + "# edited\n", encoding="utf-8")
    note_change(settings, log)
    assert [record.action for record in log.records()] == ["access_changed"] * 3
    assert log.verify().broken is None
