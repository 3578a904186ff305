package io.tapmeta.proxy.document;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The versions of Nova's OpenStack tree, oldest first; each has what the ones before it have. */
enum OpenStackVersion {
  FOLSOM("2012-08-10"),
  GRIZZLY("2013-04-04"),
  HAVANA("2013-10-17"),
  LIBERTY("2015-10-15"),
  NEWTON_ONE("2016-06-30"),
  NEWTON_TWO("2016-10-06"),
  OCATA("2017-02-22"),
  ROCKY("2018-08-27"),
  VICTORIA("2020-10-14"),
  EPOXY("2025-04-04"),
  LATEST("latest");

  private final String date;

  OpenStackVersion(String date) {
    this.date = date;
  }

  /** Its name in paths. */
  String date() {
    return date;
  }

  boolean has(OpenStackVersion since) {
    return compareTo(since) >= 0;
  }

  /** One a line, no final line feed. */
  static String list() {
    return Arrays.stream(values()).map(OpenStackVersion::date).collect(Collectors.joining("\n"));
  }
}
