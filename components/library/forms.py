"""填报表: a dataset's form for one unit or all, to hand to whoever reports by workbook."""

from __future__ import annotations

import streamlit as st

from components.shell import View
from data_access.forms import form_xlsx
from kpi.scope import Permission
from kpi.vocabulary import Rollup

_ALL = "全部管理单位"


def download(view: View) -> None:
    """A dataset, a unit, and the button, for an account that may hand out papers."""
    if not view.may(Permission.EXPORT):
        st.html('<p class="lg-none">○ 只对可导出的账号提供。</p>')
        return
    definitions = view.plan.definitions
    units = {"": _ALL, **{one.code: one.name
                          for one in view.geography.members(Rollup.MANAGING)}}
    st.html('<p class="lg-none">发给报送单位填写：有下拉选项和核对，填好的文件放进配置文件夹，'
            "写明 file 即可，不用写对照。</p>")
    with st.container(key="lg-forms", horizontal=True, vertical_alignment="bottom"):
        dataset = st.selectbox("数据集", [name for name in definitions.counted
                                            if not definitions.datasets[name].own], key="form-dataset", width=220,
                               format_func=definitions.title)
        unit = st.selectbox("管理单位", list(units), key="form-unit", width=220,
                            format_func=units.__getitem__)
        title = f"{definitions.title(dataset)}填报表"
        whose = f"-{units[unit]}" if unit else ""
        st.download_button("下载填报表（xlsx）", view.handing_out(
            f"{title}{whose}",
            lambda: form_xlsx(definitions.datasets[dataset], view.geography, unit or None),
            Permission.EXPORT), file_name=f"{title}{whose}.xlsx", on_click="ignore",
            key="form-download")
