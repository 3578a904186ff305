package io.tapmeta.proxy.neutron;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Whose file it is. Neutron and Nova have options of the same name that mean different things, so each
 * service's files make up a configuration of their own.
 */
enum Service {
  NEUTRON("Neutron"),
  NOVA("Nova");

  /** Sections that Nova has and Neutron has not. */
  private static final Set<String> NOVAS =
      Set.of(
          "api",
          "api_database",
          "cinder",
          "compute",
          "conductor",
          "filter_scheduler",
          "glance",
          "libvirt",
          "neutron",
          "scheduler",
          "vendordata_dynamic_auth",
          "vnc");

  private final String title;

  Service(String title) {
    this.title = title;
  }

  /** By the name of the file or its directory; where that says nothing, by the sections. */
  static Service of(String file, List<Setting> settings) {
    Path path = Path.of(file).toAbsolutePath();
    String name = String.valueOf(path.getFileName());
    if (name.startsWith("nova") || isIn("nova.conf.d", path)) {
      return NOVA;
    }
    if (name.startsWith("neutron") || name.endsWith(".ini")) {
      return NEUTRON;
    }
    return settings.stream().anyMatch(setting -> NOVAS.contains(setting.option().section()))
        ? NOVA
        : NEUTRON;
  }

  private static boolean isIn(String directory, Path file) {
    Path parent = file.getParent();
    return parent != null && parent.endsWith(directory);
  }

  @Override
  public String toString() {
    return title;
  }
}
