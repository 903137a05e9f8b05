"""What Lumina Home sells. One rule: invented, and some names so near each other that one has to ask which is meant."""

from dataclasses import dataclass

from core.money import E4

RIYADH, JEDDAH = "Riyadh Mall", "Jeddah Corniche"
BRANCHES = (RIYADH, JEDDAH)

# The product of the first suggestion: three of it take the Riyadh Mall below the reorder point.
GRIPARM = "GAM-2211"
# The product of the goal in units.
SOLARGLOW = "SOL-3077"


@dataclass(frozen=True, slots=True)
class Item:
    """A product as planned. Prices in hundredths of a riyal, quantities in pieces.

    `appeal` is how often it is bought beside the others. `left` is what Riyadh and Jeddah have at the end of the
    story; None: its stock is not kept.
    """

    sku: str
    name: str
    category: str
    price_e2: int
    cost_e2: int
    appeal: int
    left: tuple[int, int] | None = None
    reorder_point: int | None = None

    @property
    def price_e4(self) -> int:
        """The list price in ten-thousandths of a riyal."""
        return self.price_e2 * (E4 // 100)

    @property
    def cost_e4(self) -> int:
        """The cost in ten-thousandths of a riyal."""
        return self.cost_e2 * (E4 // 100)

    def left_in(self, branch: str) -> int:
        """How many the branch has at the end of the story; 0 where stock is not kept."""
        return self.left[BRANCHES.index(branch)] if self.left is not None else 0


ITEMS = (
    Item(SOLARGLOW, "SolarGlow Outdoor Lights", "Lighting", 24_99, 11_40, 9, (46, 38), 20),
    Item("LUM-1040", "Halo Desk Lamp", "Lighting", 149_00, 62_00, 7, (18, 11), 6),
    Item("LUM-1041", "Halo Floor Lamp", "Lighting", 329_00, 148_00, 3, (7, 5), 3),
    Item("LUM-1052", "Paper Moon Pendant", "Lighting", 219_00, 88_00, 3, (3, 9), 5),
    Item("LUM-1060", "Brass Candle Lantern", "Lighting", 89_00, 34_50, 6, (22, 16), 8),
    Item("KIT-2010", "Copper Pour-Over Kettle", "Kitchen", 189_00, 84_00, 5, (6, 14), 8),
    Item("KIT-2011", "Copper Electric Kettle", "Kitchen", 259_00, 121_00, 4, (12, 8), 5),
    Item("KIT-2024", "Stoneware Dinner Plate", "Kitchen", 39_00, 14_20, 9, (140, 96), 48),
    Item("KIT-2025", "Stoneware Serving Bowl", "Kitchen", 69_00, 26_00, 6, (41, 30), 12),
    Item("KIT-2030", "Dallah Coffee Set", "Kitchen", 345_00, 158_00, 4, (9, 4), 5),
    Item("KIT-2042", "Acacia Chopping Board", "Kitchen", 79_00, 29_00, 5, (27, 19), 10),
    Item("TEX-3001", "Linen Throw Sand", "Textiles", 129_00, 52_00, 5, (15, 13), 6),
    Item("TEX-3002", "Linen Throw Sage", "Textiles", 129_00, 52_00, 4, (2, 11), 6),
    Item("TEX-3010", "Atlas Wool Rug", "Textiles", 899_00, 410_00, 2, (5, 2), 3),
    Item("TEX-3011", "Atlas Wool Runner", "Textiles", 449_00, 198_00, 2, (6, 6), 3),
    Item("TEX-3020", "Cotton Bath Towel", "Textiles", 59_00, 21_50, 7, (64, 52), 24),
    Item(GRIPARM, "GripArm Pro Dumbbell Set", "Fitness", 119_99, 58_00, 5, (13, 21), 12),
    Item("FIT-4002", "Balance Yoga Mat", "Fitness", 95_00, 33_00, 6, (24, 18), 8),
    Item("FIT-4003", "Resistance Band Trio", "Fitness", 49_00, 13_80, 6),
    Item("FIT-4010", "Cast Iron Kettlebell", "Fitness", 139_00, 61_00, 3, (10, 8), 4),
    Item("GAR-5001", "Terracotta Planter Small", "Garden", 45_00, 15_00, 6, (38, 33), 15),
    Item("GAR-5002", "Terracotta Planter Large", "Garden", 119_00, 44_00, 4, (13, 17), 6),
    Item("GAR-5010", "Folding Balcony Table", "Garden", 399_00, 176_00, 2),
    Item("GAR-5030", "Rope Hammock", "Garden", 279_00, 118_00, 2, (5, 7), 2),
)
ITEM_OF = {item.sku: item for item in ITEMS}
