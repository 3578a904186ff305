package io.tapmeta.proxy.document;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The versions of the EC2 tree that Nova knows, oldest first. */
enum Ec2Version {
  V1_0("1.0"),
  V2007_01_19("2007-01-19"),
  V2007_03_01("2007-03-01"),
  V2007_08_29("2007-08-29"),
  V2007_10_10("2007-10-10"),
  V2007_12_15("2007-12-15"),
  V2008_02_01("2008-02-01"),
  V2008_09_01("2008-09-01"),
  V2009_04_04("2009-04-04"),
  LATEST("latest");

  private final String date;

  Ec2Version(String date) {
    this.date = date;
  }

  /** Its name in paths. */
  String date() {
    return date;
  }

  boolean has(Ec2Version since) {
    return compareTo(since) >= 0;
  }

  /** One a line, no final line feed. */
  static String list() {
    return Arrays.stream(values()).map(Ec2Version::date).collect(Collectors.joining("\n"));
  }
}
