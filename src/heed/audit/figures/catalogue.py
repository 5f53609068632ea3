"""Every figure: its name, its number in Bieri (2023), and the sentence under it.

The page, the paper's files and the documentation all take names and captions from here. A figure's
name is the name of its file; the module that draws it has the same name, or the name without
what comes after the last common part (``amr_and_error_by_amr`` is drawn by ``amr_and_error``).
"""

from typing import Final

from heed.figures.registry import Entry, Kind

# fmt: off
FIGURES: Final[tuple[Entry, ...]] = (
    Entry("attribute_distribution", "numbers", "3.1", "Attribute distribution",
          "Share of training faces with and without each attribute, the most balanced first."),
    Entry("landmark_shift", "faces", "4.1", "Landmarks, original and shifted",
          "Landmarks of the aligned image drawn on the crop as they are (top) and moved by "
          "the thesis' constant shift (bottom), against those carried over by the crop's own "
          "transform. Below: mean distance of the five points, in pixels of the crop. Faces "
          "spread evenly over the shift's error."),
    Entry("averages_by_prediction", "averages", "4.2", "Average maps by predicted class",
          "Average map of each attribute over the faces where a network predicts it present "
          "and where absent, laid over the average face; below each picture the number of "
          "faces, grey where there is none. Framed: the class that is more frequent in "
          "training. Attributes run down the columns, the most balanced first."),
    Entry("targets_1", "faces", "4.3", "The four targets",
          "Maps of one attribute for the targets z, |z|, |z| t and z t (logit z, label t) on "
          "the same faces, chosen by the first network's decisions: hits, misses, false "
          "alarms and correct rejections, where they exist. Below each map: the value it "
          "explains. Grey: empty map. Framed: the network decides wrongly."),
    Entry("amr_explained", "faces", "4.4", "AMR explained",
          "From a map to its AMR: active area D, mask M, their overlap, and the formula with "
          "its numbers (I: pixels of the crop). The map has the median AMR among recognised "
          "attributes."),
    Entry("frontal_and_not", "faces", "4.5", "Frontal faces and others",
          "Faces that the frontal filter keeps and leaves out, each spread evenly over the "
          "ratio: distance of the nose from the midline between eyes and mouth, over their "
          "vertical distance."),
    Entry("amr_and_error_by_imbalance", "numbers", "5.1", "AMR and error rate by class imbalance",
          "AMR, error rate and balanced error rate per attribute, the most balanced attribute "
          "first. Black lines: bootstrap intervals over faces."),
    Entry("amr_and_error_by_error", "numbers", "5.2", "AMR and error rate by error rate",
          "AMR, error rate and balanced error rate per attribute, the lowest error rate of the "
          "network named first on top."),
    Entry("amr_and_error_by_amr", "numbers", "5.3", "AMR and error rate by AMR",
          "AMR, error rate and balanced error rate per attribute, the highest AMR of the network "
          "named first on top."),
    Entry("amr_by_correctness", "numbers", "5.4", "AMR of correct and incorrect decisions",
          "AMR per attribute over the faces that a network classifies correctly and incorrectly."),
    Entry("amr_by_label", "numbers", "5.5", "AMR with and without the attribute",
          "AMR per attribute over faces with the attribute (gt+) and without it (gt-)."),
    Entry("amr_by_model", "numbers", "5.6", "AMR of the networks",
          "AMR per attribute of each network over all faces."),
    Entry("kl_distance", "numbers", "5.7", "KL distance of average maps",
          "KL distance (nats, logarithmic axis) between average maps, per attribute, the most "
          "balanced first: between the networks, and within each network of correct from "
          "incorrect decisions and of faces with from faces without the attribute. Hollow: "
          "fewer than 10 faces in one of the groups."),
    Entry("averages_by_model", "averages", "5.8", "Average maps of the networks",
          "Average map of each attribute over all audited faces, network beside network. "
          "Attributes run down the columns, the most balanced in training first."),
    Entry("averages_by_correctness", "averages", "5.9", "Average maps by correctness",
          "Average map of each attribute over the faces that a network classifies correctly "
          "and incorrectly, with their number; grey where there is none."),
    Entry("averages_by_label", "averages", "5.10", "Average maps by label",
          "Average map of each attribute over the faces labelled with it and without it, with "
          "their number. Framed: the class that is more frequent in training."),
    Entry("targets_2", "faces", "A.1", "The four targets, second attribute",
          "The same four targets for another attribute."),
    Entry("targets_3", "faces", "A.2", "The four targets, third attribute",
          "The same four targets for another attribute."),
    Entry("targets_4", "faces", "A.3", "The four targets, fourth attribute",
          "The same four targets for another attribute."),
    Entry("masks_1", "faces", "A.4", "Masks version 1",
          "Version 1 of the masks: boxes placed by the landmarks, here of the audited face "
          "that looks most straight into the camera. In colour: inside the mask; below each "
          "picture the attributes that it serves."),
    Entry("masks_2", "faces", "A.4", "Masks version 2",
          "Version 2 of the masks: blocks of a 7 x 7 grid, the same for every face."),
    Entry("masks_3", "faces", None, "Masks version 3",
          "Version 3 of the masks: shapes that follow the landmarks, on the same face."),
    Entry("corner_failures", "faces", "A.5", "Maps in the corner",
          "Maps whose strongest of 49 cells is a corner: for each network the attributes for "
          "which this happens most often, one map of median confidence each, with how many of "
          "all maps do so."),
    Entry("size_correction", "numbers", "A.6", "AMR with and without the size correction",
          "AMR per attribute with the factor for the mask's size, and without it."),
    Entry("mask_versions", "numbers", "A.7", "AMR by mask version",
          "AMR per attribute of the same maps, scored against each version of the masks."),
    Entry("class_gap", "numbers", None, "PE by predicted class",
          "Mean proportional energy where the minority class is predicted and where the "
          "majority class is, with bootstrap intervals; the grey line is the gap, its mean "
          "over the attributes of which a network predicts both stands above the panel."),
    Entry("evidence_and_bias", "numbers", None, "Evidence and bias",
          "Share of the bias, which looks at no pixel, in the logit, for faces with and "
          "without the attribute, with bootstrap intervals; the axis above shows its "
          "complement, the evidence share."),
    Entry("empty_maps", "numbers", None, "Empty maps and class imbalance",
          "Share of maps without any positive cell against the majority class' share in "
          "training, over all faces and by predicted class. The count of empty maps stands "
          "above each panel."),
    Entry("border_mass", "numbers", None, "Map mass in the border cells",
          "Share of each map's energy in the outermost cells of the grid, over all faces and "
          "by predicted class, with bootstrap intervals. Dashed: a map that is the same "
          "everywhere, 24/49."),
    Entry("evidence_amr", "numbers", None, "AMR against evidence masks",
          "AMR per attribute against the masks in use and against where the drawing shows the "
          "attribute (photographs, which have no evidence: against mask version 3). Dashed: "
          "means over attributes and networks, which part high from low. Low against both "
          "speaks against the classifier; low against the masks only speaks against the mask."),
    Entry("mask_overlap", "numbers", None, "How well the masks fit",
          "Intersection over union of each version of the masks with the evidence "
          "(photographs: with version 3), and the precision and coverage behind it; sorted by "
          "the version with the highest mean."),
    Entry("attribute_intervals", "numbers", None, "Every attribute by group",
          "AMR of every attribute over all faces, by label, by correctness and by predicted "
          "class, with bootstrap intervals, for each network."),
)
# fmt: on

BY_NAME: Final = {entry.name: entry for entry in FIGURES}


def of_kind(kind: Kind) -> list[Entry]:
    """The figures of one kind, in the order of the catalogue."""
    return [entry for entry in FIGURES if entry.kind == kind]
