"""Messages about uploaded files (U): the file, its rows and cells, and what became of it."""

from __future__ import annotations

from tongchou.ground.entry import Entry

MESSAGES: dict[str, Entry] = {
    "U101": Entry("文件是空的", "the file is empty", "选对文件再上传", "choose the right file"),
    "U102": Entry(
        "文件有 {size} MiB，最大 {limit} MiB",
        "the file has {size} MiB; the largest taken has {limit} MiB",
        "分成几个文件上传",
        "upload it in parts",
    ),
    "U103": Entry(
        "按内容看不是 CSV 或 XLSX（{what}）",
        "by its content it is neither CSV nor XLSX ({what})",
        "在表格软件里另存为 .xlsx 或 UTF-8 的 .csv",
        "save it as .xlsx, or .csv in UTF-8",
    ),
    "U104": Entry(
        "工作簿展开后过大",
        "the workbook unpacks to too much",
        "删去空白行列、图片和不用的工作表，或另存为 CSV",
        "remove empty rows and columns, pictures and sheets not used, or save it as CSV",
    ),
    "U105": Entry(
        "文件损坏或不完整：{reason}",
        "the file is damaged or not whole: {reason_en}",
        "重新导出后再上传",
        "export it again",
    ),
    "U106": Entry(
        "文字编码既不是 UTF-8 也不是 GB18030",
        "the text is neither UTF-8 nor GB18030",
        "另存为“CSV UTF-8”",
        "save it as 'CSV UTF-8'",
    ),
    "U107": Entry(
        "前十行里找不到表头，缺：{columns}",
        "no header in the first ten rows; missing: {columns}",
        "按模板补上这些列",
        "add these columns as in the template",
    ),
    "U108": Entry(
        "第 {row} 行有一格超过 {limit} 字",
        "a cell of row {row} has more than {limit} characters",
        "检查是否缺了引号",
        "look for a quote that is missing",
    ),
    "U109": Entry("超过 {limit} 行", "more than {limit} rows", "分成几个文件上传", "upload it in parts"),
    "U110": Entry("表头以下没有内容", "nothing stands below the header", "填好后再上传", "fill it in"),
    "U111": Entry(
        "有几张工作表都像是要导入的：{sheets}",
        "more than one sheet could be meant: {sheets}",
        "只留一张",
        "leave one of them",
    ),
    "U112": Entry("“{column}”列出现两次", "the column '{column}' stands there twice", "只留一列", "leave one of them"),
    "U113": Entry(
        "表单里要有一个名为 file 的文件，现有 {files} 个",
        "a form has one file under the name 'file', and not {files}",
        "一次上传一个文件",
        "upload one file at a time",
    ),
    "U201": Entry("必填，不能为空", "it must not be empty", "补填", "fill it in"),
    "U202": Entry("“{value}”不是{what}", "'{value}' is no {what_en}", "改成{what}", "write a {what_en}"),
    "U203": Entry(
        "{value} 超过 15 位，表格软件已丢掉末尾数字",
        "{value} has more than 15 digits; the spreadsheet has lost the last of them",
        "把该列设为文本格式，重新录入",
        "set the column to text and enter it again",
    ),
    "U204": Entry(
        "错误超过 {most} 处，其余未列出",
        "more than {most} problems; the rest is not listed",
        "多半是同一个原因：先改这一处",
        "they probably have one cause: correct that first",
    ),
    "U205": Entry(
        "“{columns}”与第 {first} 行相同",
        "the same {columns} as in row {first}",
        "删去重复的一行",
        "remove one of the two",
    ),
    "U206": Entry(
        "这一行超出了表头的 {cells} 列",
        "the row has more cells than the header's {cells}",
        "检查是否多了分隔符",
        "look for a separator too many",
    ),
    "U301": Entry(
        "这次上传有错误，不能办理",
        "the upload has errors and cannot be used",
        "下载错误清单，改正后重新上传",
        "download the sheet of errors, correct the file and upload it again",
    ),
    "U302": Entry(
        "这次上传已经用过，或不是用于此事",
        "the upload has been used, or is for something else",
        "重新上传",
        "upload the file again",
    ),
    "U303": Entry("没有“{purpose}”这种导入", "there is no import '{purpose}'", "核对名称", "check the name"),
}
