//! The types known: name, class, extensions, media types.

use super::{Class, FileType};

struct Row {
    name: &'static str,
    class: Class,
    extensions: &'static [&'static str],
    media_types: &'static [&'static str],
}

const fn row(
    name: &'static str,
    class: Class,
    extensions: &'static [&'static str],
    media_types: &'static [&'static str],
) -> Row {
    Row {
        name,
        class,
        extensions,
        media_types,
    }
}

use Class::{Archive, Dangerous, Document, Empty, Html, Image, Media, Message, Other, Text};

#[rustfmt::skip]
const TYPES: &[Row] = &[
    row("empty", Empty, &[], &[]),
    row("data", Other, &["bin", "dat"], &["application/octet-stream"]),
    // Texts.
    row("txt", Text, &["txt", "text", "log", "md", "asc"], &["text/plain"]),
    row("csv", Text, &["csv", "tsv"], &["text/csv", "text/comma-separated-values"]),
    row("json", Text, &["json"], &["application/json"]),
    row("xml", Text, &["xml"], &["application/xml", "text/xml"]),
    row("ics", Text, &["ics"], &["text/calendar"]),
    row("vcf", Text, &["vcf"], &["text/vcard", "text/x-vcard"]),
    row("css", Text, &["css"], &["text/css"]),
    row("enriched", Text, &[], &["text/enriched", "text/richtext"]),
    row("pgp", Text, &["asc", "pgp", "gpg"], &["application/pgp-encrypted", "application/pgp-signature", "application/pgp-keys"]),
    row("html", Html, &["html", "htm", "xhtml"], &["text/html", "application/xhtml+xml", "text/x-amp-html"]),
    row("svg", Html, &["svg"], &["image/svg+xml"]),
    row("eml", Message, &["eml", "mht", "mhtml"], &["message/rfc822", "multipart/related"]),
    row("mbox", Message, &["mbox"], &["application/mbox"]),
    row("emlx", Message, &["emlx"], &[]),
    // Pictures, sound, film.
    row("jpeg", Image, &["jpg", "jpeg", "jpe", "jfif"], &["image/jpeg", "image/jpg", "image/pjpeg"]),
    row("png", Image, &["png"], &["image/png", "image/x-png"]),
    row("gif", Image, &["gif"], &["image/gif"]),
    row("bmp", Image, &["bmp"], &["image/bmp", "image/x-ms-bmp"]),
    row("tiff", Image, &["tif", "tiff"], &["image/tiff"]),
    row("webp", Image, &["webp"], &["image/webp"]),
    row("heif", Image, &["heic", "heif"], &["image/heic", "image/heif"]),
    row("ico", Image, &["ico"], &["image/x-icon", "image/vnd.microsoft.icon"]),
    row("psd", Image, &["psd"], &["image/vnd.adobe.photoshop"]),
    row("emf", Image, &["emf", "wmf"], &["image/emf", "image/wmf"]),
    row("mp3", Media, &["mp3"], &["audio/mpeg"]),
    row("mp4", Media, &["mp4", "m4a", "m4v", "mov"], &["video/mp4", "audio/mp4", "video/quicktime"]),
    row("wav", Media, &["wav"], &["audio/wav", "audio/x-wav"]),
    row("avi", Media, &["avi"], &["video/x-msvideo"]),
    row("ogg", Media, &["ogg", "oga", "ogv"], &["audio/ogg", "video/ogg"]),
    row("flac", Media, &["flac"], &["audio/flac"]),
    row("mkv", Media, &["mkv", "webm"], &["video/x-matroska", "video/webm"]),
    row("asf", Media, &["wmv", "wma", "asf"], &["video/x-ms-wmv", "audio/x-ms-wma"]),
    // Documents.
    row("pdf", Document, &["pdf"], &["application/pdf", "application/x-pdf"]),
    row("rtf", Document, &["rtf"], &["application/rtf", "text/rtf"]),
    row("docx", Document, &["docx", "dotx"], &["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.wordprocessingml.template"]),
    row("docm", Document, &["docm", "dotm"], &["application/vnd.ms-word.document.macroenabled.12", "application/vnd.ms-word.template.macroenabled.12"]),
    row("xlsx", Document, &["xlsx", "xltx"], &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]),
    row("xlsm", Document, &["xlsm", "xltm", "xlam"], &["application/vnd.ms-excel.sheet.macroenabled.12", "application/vnd.ms-excel.template.macroenabled.12", "application/vnd.ms-excel.addin.macroenabled.12"]),
    row("xlsb", Document, &["xlsb"], &["application/vnd.ms-excel.sheet.binary.macroenabled.12"]),
    row("pptx", Document, &["pptx", "potx", "ppsx"], &["application/vnd.openxmlformats-officedocument.presentationml.presentation"]),
    row("pptm", Document, &["pptm", "potm", "ppsm", "ppam", "sldm"], &["application/vnd.ms-powerpoint.presentation.macroenabled.12", "application/vnd.ms-powerpoint.slideshow.macroenabled.12", "application/vnd.ms-powerpoint.addin.macroenabled.12"]),
    row("odt", Document, &["odt", "ott"], &["application/vnd.oasis.opendocument.text"]),
    row("ods", Document, &["ods", "ots"], &["application/vnd.oasis.opendocument.spreadsheet"]),
    row("odp", Document, &["odp", "otp"], &["application/vnd.oasis.opendocument.presentation"]),
    row("doc", Document, &["doc", "dot", "wiz", "wbk"], &["application/msword"]),
    row("xls", Document, &["xls", "xlt", "xla", "xlm", "xlw"], &["application/vnd.ms-excel"]),
    row("ppt", Document, &["ppt", "pot", "pps", "ppa"], &["application/vnd.ms-powerpoint"]),
    row("odg", Document, &["odg", "otg"], &["application/vnd.oasis.opendocument.graphics"]),
    row("vsdx", Document, &["vsdx", "vstx", "vssx"], &["application/vnd.ms-visio.drawing"]),
    row("vsdm", Document, &["vsdm", "vstm", "vssm"], &["application/vnd.ms-visio.drawing.macroenabled.12"]),
    row("visio", Document, &["vsd", "vst", "vss"], &["application/vnd.visio"]),
    row("publisher", Document, &["pub"], &["application/x-mspublisher"]),
    row("access", Document, &["mdb", "accdb", "accdr", "accdt"], &["application/msaccess", "application/x-msaccess"]),
    row("xps", Document, &["xps", "oxps"], &["application/vnd.ms-xpsdocument", "application/oxps"]),
    row("activemime", Document, &["mso"], &["application/x-mso"]),
    row("vba", Document, &[], &["application/vnd.ms-office.vbaproject"]),
    row("slk", Document, &["slk", "sylk"], &["application/x-sylk"]),
    row("ole", Document, &[], &[]),
    row("msg", Message, &["msg"], &["application/vnd.ms-outlook"]),
    row("tnef", Message, &[], &["application/ms-tnef", "application/vnd.ms-tnef"]),
    row("ps", Document, &["ps", "eps", "ai"], &["application/postscript"]),
    row("epub", Document, &["epub"], &["application/epub+zip"]),
    row("sqlite", Document, &["sqlite", "db"], &["application/vnd.sqlite3"]),
    row("rpmsg", Document, &["rpmsg"], &["application/x-microsoft-rpmsg-message"]),
    row("p7m", Message, &["p7m", "p7c", "p7b"], &["application/pkcs7-mime", "application/x-pkcs7-mime"]),
    row("p7s", Other, &["p7s"], &["application/pkcs7-signature", "application/x-pkcs7-signature"]),
    row("pgp-binary", Other, &["gpg", "pgp"], &[]),
    row("ttf", Other, &["ttf", "otf", "woff", "woff2"], &["font/ttf", "font/otf"]),
    // Archives.
    row("zip", Archive, &["zip"], &["application/zip", "application/x-zip-compressed"]),
    row("7z", Archive, &["7z"], &["application/x-7z-compressed"]),
    row("rar", Archive, &["rar"], &["application/x-rar-compressed", "application/vnd.rar"]),
    row("lha", Archive, &["lzh", "lha"], &["application/x-lzh-compressed", "application/x-lha"]),
    row("gzip", Archive, &["gz", "tgz"], &["application/gzip", "application/x-gzip"]),
    row("bzip2", Archive, &["bz2", "tbz2"], &["application/x-bzip2"]),
    row("xz", Archive, &["xz", "txz"], &["application/x-xz"]),
    row("zstd", Archive, &["zst"], &["application/zstd"]),
    row("lzma", Archive, &["lzma"], &["application/x-lzma"]),
    row("lzip", Archive, &["lz", "tlz"], &["application/x-lzip"]),
    row("lzop", Archive, &["lzo"], &["application/x-lzop"]),
    row("lz4", Archive, &["lz4"], &[]),
    row("compress", Archive, &["z"], &["application/x-compress"]),
    row("tar", Archive, &["tar"], &["application/x-tar"]),
    row("cpio", Archive, &["cpio"], &["application/x-cpio"]),
    row("ar", Archive, &["a", "ar"], &[]),
    row("arj", Archive, &["arj"], &["application/x-arj"]),
    row("cab", Dangerous, &["cab"], &["application/vnd.ms-cab-compressed"]),
    row("iso9660", Dangerous, &["iso", "img", "udf", "isz", "nrg", "cue", "daa"], &["application/x-iso9660-image"]),
    row("vhd", Dangerous, &["vhd", "vhdx", "vmdk"], &[]),
    row("dmg", Dangerous, &["dmg"], &[]),
    // Programs, scripts, shortcuts.
    row("exe", Dangerous, &["exe", "dll", "scr", "cpl", "sys", "ocx", "pif", "xll", "wll", "drv", "efi", "ax", "tlb"], &["application/x-msdownload", "application/x-dosexec"]),
    row("com", Dangerous, &["com"], &[]),
    row("elf", Dangerous, &["so", "elf", "run", "appimage", "ko"], &["application/x-executable", "application/x-elf"]),
    row("macho", Dangerous, &["dylib", "bundle"], &["application/x-mach-binary"]),
    row("class", Dangerous, &["class"], &["application/java-vm"]),
    row("jar", Dangerous, &["jar", "war", "ear"], &["application/java-archive"]),
    row("apk", Dangerous, &["apk", "aab", "xapk", "apks"], &["application/vnd.android.package-archive"]),
    row("msi", Dangerous, &["msi", "msp", "mst", "msu"], &["application/x-msi"]),
    row("msix", Dangerous, &["msix", "appx", "msixbundle", "appxbundle", "ipa", "vsix", "xap"], &[]),
    row("deb", Dangerous, &["deb"], &[]),
    row("rpm", Dangerous, &["rpm"], &[]),
    row("lnk", Dangerous, &["lnk"], &["application/x-ms-shortcut"]),
    row("url", Dangerous, &["url", "website"], &["application/internet-shortcut"]),
    row("bat", Dangerous, &["bat", "cmd", "btm", "nt"], &["application/x-bat"]),
    row("vbs", Dangerous, &["vbs", "vbe", "vb", "vbscript"], &["text/vbscript"]),
    row("js", Dangerous, &["js", "jse", "mjs", "cjs"], &["text/javascript", "application/javascript", "application/x-javascript"]),
    row("wsf", Dangerous, &["wsf", "wsc", "wsh", "sct", "ws"], &[]),
    row("hta", Dangerous, &["hta"], &["application/hta"]),
    row("ps1", Dangerous, &["ps1", "psm1", "psd1", "ps1xml", "ps2", "ps2xml", "psc1", "psc2", "psrc", "pssc", "cdxml", "msh", "msh1", "msh2", "mshxml", "msh1xml", "msh2xml"], &[]),
    row("sh", Dangerous, &["sh", "bash", "command", "zsh", "csh", "ksh", "fish", "tool"], &["application/x-sh", "text/x-shellscript", "application/x-shellscript"]),
    row("script", Dangerous, &["py", "pyw", "pyc", "pyo", "pyz", "pyzw", "pl", "rb", "php", "php3", "php5", "phtml", "asp", "aspx", "jsp", "lua", "tcl", "au3", "ahk", "scpt", "applescript", "scptd", "workflow", "action", "csx", "fsx", "xsl", "xslt", "plg"], &["text/x-python", "text/x-perl", "application/x-httpd-php"]),
    row("reg", Dangerous, &["reg"], &[]),
    row("jnlp", Dangerous, &["jnlp"], &["application/x-java-jnlp-file"]),
    row("msc", Dangerous, &["msc"], &[]),
    row("shortcut", Dangerous, &["settingcontent-ms", "library-ms", "search-ms", "searchconnector-ms", "appcontent-ms", "appref-ms", "application", "appinstaller", "xbap", "desktop", "webloc", "inetloc", "fileloc", "terminal", "mobileconfig", "provisionprofile", "rdp", "rdg", "scf", "theme", "themepack", "deskthemepack", "diagcab", "diagpkg", "diagcfg", "xnk", "vpn", "cnt", "printerexport", "grp", "wcx"], &["application/x-ms-application", "application/x-desktop", "application/x-rdp"]),
    row("inf", Dangerous, &["inf", "ins", "isp", "job", "gadget", "ade", "adp", "mde", "accde", "accda", "mda", "mam", "maq", "mar", "mas", "mat", "mau", "mav", "maw", "mag", "mad", "maf", "shb", "shs", "vxd", "nsh", "lib", "pcd", "prf", "prg", "vsmacros", "vsto", "ops", "osd", "hpj", "bas", "fxp", "its", "wpk", "pkg", "mpkg"], &[]),
    row("chm", Dangerous, &["chm", "hlp"], &["application/vnd.ms-htmlhelp"]),
    row("one", Dangerous, &["one", "onetoc2", "onepkg"], &["application/onenote", "application/msonenote"]),
    row("swf", Dangerous, &["swf", "spl"], &["application/x-shockwave-flash"]),
    row("iqy", Dangerous, &["iqy", "oqy", "dqy", "rqy", "odc"], &[]),
    row("appledouble", Other, &[], &["application/applefile"]),
    row("wasm", Other, &["wasm"], &["application/wasm"]),
];

/// The type of this name; `data` for a name that is not in the table.
pub(crate) fn named(name: &str) -> FileType {
    let row = TYPES.iter().find(|row| row.name == name);
    row.map_or(FileType::new("data", Other), |row| {
        FileType::new(row.name, row.class)
    })
}

/// A file that one program opens as this type and another one as a zip.
pub(crate) fn with_zip_behind(kind: FileType) -> FileType {
    let name = match kind.name() {
        "pdf" => "pdf+zip",
        "gif" => "gif+zip",
        "png" => "png+zip",
        "jpeg" => "jpeg+zip",
        _ => "media+zip",
    };
    FileType::new(name, kind.class())
}

/// The type that a file with this extension should have.
pub(crate) fn expected_of_extension(extension: &str) -> Option<FileType> {
    let row = TYPES
        .iter()
        .find(|row| row.extensions.contains(&extension))?;
    Some(FileType::new(row.name, row.class))
}

/// The type that a part with this media type should have.
pub(crate) fn expected_of_media_type(media_type: &str) -> Option<FileType> {
    let media_type = media_type.trim().to_ascii_lowercase();
    let row = TYPES
        .iter()
        .find(|row| row.media_types.contains(&media_type.as_str()))?;
    Some(FileType::new(row.name, row.class))
}

/// Whether a system runs a file with this extension when it is opened.
pub(crate) fn is_dangerous_extension(extension: &str) -> bool {
    expected_of_extension(extension).is_some_and(|expected| expected.class() == Dangerous)
}
