// Disk: the few questions asked of files and folders, and the few changes made to them.
//
// In:  paths as text; relative ones start at the working directory of the process.
// Out: bytes, names and kinds; or a `FileError` with the number the system gave.
//
// Whatever lies on the disk is hostile: only regular files are read, whole and up to a limit the caller sets, so that
// pipes and devices can neither hang nor flood the program. Names come in byte order, never in that of the directory.
//
// Not here: what the bytes mean, and the errors of those who ask, which name the path and say what to do.
//
// Start reading at `FileSystem`. `Path` is arithmetic on text and looks at no disk.
