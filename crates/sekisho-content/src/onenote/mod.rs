//! OneNote sections ([MS-ONESTORE]): the files pasted into them. Since macros from the net are
//! blocked, these carry scripts behind a picture that says "open".

/// Files of one section.
const FILES_MAX: usize = 200;

/// `FileDataStoreObject` begins with this identifier (§2.6.13).
const FILE_DATA: [u8; 16] = [
    0xE7, 0x16, 0xE3, 0xBD, 0x65, 0x26, 0x11, 0x45, 0xA4, 0xC4, 0x8D, 0x4D, 0x0B, 0x7A, 0x9E, 0xAC,
];

/// Names and bytes of the files. A name is not kept beside its file; where the numbers of both do not
/// agree, each file is offered under all names.
pub(crate) fn files(bytes: &[u8]) -> Vec<(Vec<String>, &[u8])> {
    let found: Vec<&[u8]> = memchr::memmem::find_iter(bytes, &FILE_DATA)
        .take(FILES_MAX)
        .filter_map(|at| {
            // Length in eight bytes, then twelve that are unused.
            let length = bytes
                .get(at + 16..at + 24)?
                .try_into()
                .ok()
                .map(u64::from_le_bytes)?;
            let data = bytes.get(at + 36..)?;
            let length = usize::try_from(length).ok()?;
            Some(data.get(..length).unwrap_or(data))
        })
        .collect();
    let names = names(bytes);
    let attached: Vec<usize> = (0..found.len())
        .filter(|at| found.get(*at).is_some_and(|data| !is_picture(data)))
        .collect();
    found
        .iter()
        .enumerate()
        .map(|(at, data)| {
            let nth = attached.iter().position(|attached| *attached == at);
            let own = match nth {
                Some(nth) if names.len() == attached.len() => {
                    names.get(nth).cloned().into_iter().collect()
                }
                Some(_) => names.clone(),
                None => Vec::new(),
            };
            (own, *data)
        })
        .collect()
}

/// Pictures on the page have no name that counts.
fn is_picture(data: &[u8]) -> bool {
    crate::kind::identify(data, None).class() == crate::kind::Class::Image
}

/// UTF-16 texts that are names of files, in order, each once.
fn names(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let texts = crate::ole::strings(bytes);
    for line in texts.lines() {
        let name = line.trim();
        let name = name.rsplit(['\\', '/']).next().unwrap_or(name);
        let extension = crate::name::extension(name);
        let is_name = name.chars().count() <= 120
            && !extension.is_empty()
            && crate::kind::expected_of_extension(&extension).is_some()
            && !names.iter().any(|known| known == name);
        if is_name && names.len() < FILES_MAX {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{FILE_DATA, files};

    #[test]
    fn a_file_with_its_name() {
        let name: Vec<u8> = "開く.bat"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let bytes = [
            &[0u8; 20],
            name.as_slice(),
            &[0; 6],
            &FILE_DATA,
            &4u64.to_le_bytes(),
            &[0; 12],
            b"echo more",
        ]
        .concat();
        let found = files(&bytes);
        assert_eq!(found, [(vec!["開く.bat".to_owned()], b"echo".as_slice())]);
    }
}
