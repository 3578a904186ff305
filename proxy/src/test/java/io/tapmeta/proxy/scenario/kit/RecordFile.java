package io.tapmeta.proxy.scenario.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.UUID;

/** The instance record of one guest, as the file that a source of records would keep for it. */
public final class RecordFile {
  private final Path file;
  private final String tap;
  private String uuid = UUID.randomUUID().toString();
  private String mac;
  private String hostname = "vm";
  private String userData = "null";
  private String keys = "[]";
  private String subnets = "[]";
  private String network = "null";

  RecordFile(Path directory, String tap, String mac) {
    this.file = directory.resolve(tap + ".json");
    this.tap = tap;
    this.mac = mac;
  }

  public Path file() {
    return file;
  }

  String tap() {
    return tap;
  }

  String mac() {
    return mac;
  }

  public String uuid() {
    return uuid;
  }

  public String hostname() {
    return hostname;
  }

  /** Another VM's record for the same port. */
  public RecordFile newUuid() {
    uuid = UUID.randomUUID().toString();
    return this;
  }

  public RecordFile mac(String value) {
    mac = value;
    return this;
  }

  public RecordFile hostname(String value) {
    hostname = value;
    return this;
  }

  public RecordFile userData(String text) {
    return userData(text.getBytes(StandardCharsets.UTF_8));
  }

  public RecordFile userData(byte[] bytes) {
    userData = '"' + Base64.getEncoder().encodeToString(bytes) + '"';
    return this;
  }

  public RecordFile key(String publicKey) {
    keys =
        """
        [{"name": "ops", "type": "ssh", "data": "%s"}]"""
            .formatted(publicKey);
    return this;
  }

  public RecordFile network(String id) {
    network = '"' + id + '"';
    return this;
  }

  public RecordFile subnet(String cidr, String address, String gateway) {
    subnets =
        """
        [{"cidr": "%s", "ip_address": "%s", "gateway_ip": "%s"}]"""
            .formatted(cidr, address, gateway);
    return this;
  }

  /** Puts it where the daemon finds it. */
  public RecordFile write() {
    replaceBy(text());
    return this;
  }

  /** Puts there no more than whose the port is; the rest is for the upstream. */
  public RecordFile writeIdentity() {
    replaceBy(
        """
        {"uuid": "%s", "project_id": "p-1", "ports": [{"tap": "%s", "mac": "%s"}]}
        """
            .formatted(uuid, tap, mac));
    return this;
  }

  /** A second file that claims the same port, by another VM. */
  public RecordFile copyAs(String name) {
    RecordFile copy = new RecordFile(file.getParent(), tap, mac);
    copy.hostname = hostname;
    Placement.place(file.resolveSibling(name + ".json"), copy.text());
    return this;
  }

  /** Puts some text in its place. */
  public void replaceBy(String text) {
    Placement.place(file, text);
  }

  public void remove() {
    remove(file);
  }

  public void removeCopy(String name) {
    remove(file.resolveSibling(name + ".json"));
  }

  public String text() {
    return """
        {"uuid": "%s", "project_id": "p-1", "name": "%s", "hostname": "%s",
         "keys": %s,
         "user_data": %s,
         "ports": [{"tap": "%s", "mac": "%s", "vif_type": "bridge", "mtu": null,
                    "network_id": %s, "subnets": %s}]}
        """
        .formatted(uuid, hostname, hostname, keys, userData, tap, mac, network, subnets);
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
