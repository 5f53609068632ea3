/* The index: the average maps of all networks for each attribute. */
(() => {
  const list = byId("index-list");
  if (!list) return;
  const { averages } = data;
  const show = () => {
    list.querySelectorAll("a").forEach((link) => {
      const attribute = link.dataset.attribute;
      const all = averages.of[attribute];
      const place = data.attributes.findIndex(([key]) => key === attribute);
      link.querySelector(".tiles").replaceChildren(...data.networks.map((network, number) => laid({
        face: averages.face, all, i: 0, network: number, mask: averages.mask[place],
        evidence: averages.evidence?.[place], points: 56, average: true,
      }, `average map of ${network.name}`)));
    });
  };
  document.addEventListener("scale", show);
  show();
})();
