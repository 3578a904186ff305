package io.tapmeta.resolver.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * What changes when a file is replaced or written: enough to know, without reading it, that it is
 * not the file it was.
 *
 * @param inode differs after a rename
 * @param modified when the content was last written
 * @param changed when content or attributes last changed; no program can set it back
 * @param size in bytes
 */
public record FileStamp(long inode, FileTime modified, FileTime changed, long size) {
  /** Of a regular file, or one that a link leads to. */
  public static FileStamp of(Path file) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(file, "unix:ino,lastModifiedTime,ctime,size,isRegularFile");
    if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
      throw new IOException(file + ": not a regular file");
    }
    return new FileStamp(
        attribute(attributes, "ino", Long.class),
        attribute(attributes, "lastModifiedTime", FileTime.class),
        attribute(attributes, "ctime", FileTime.class),
        attribute(attributes, "size", Long.class));
  }

  private static <T> T attribute(Map<String, Object> attributes, String name, Class<T> type) {
    return Objects.requireNonNull(type.cast(attributes.get(name)), name);
  }
}
